"""How resources are presented: one module for each public face."""
