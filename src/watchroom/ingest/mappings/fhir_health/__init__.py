"""The mapping of health records of FHIR R4: what a wing needs, without reasons."""
