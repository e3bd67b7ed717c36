"""The route tables: one package for each face, one module for each resource."""
