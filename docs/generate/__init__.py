"""What is generated from the code: schemas, the event catalogue, AsyncAPI, the example of the environment."""
