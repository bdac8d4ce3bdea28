-- A source that was registered by mistake and has given nothing may be taken away again.

grant delete on ingest.source to :"loader";
