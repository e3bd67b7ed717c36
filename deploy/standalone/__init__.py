"""The one-command stack: Kafka, documents, objects and every service of Rushes on one machine, without containers."""
