"""The pages of the rooms of cases, for whoever manages them."""
