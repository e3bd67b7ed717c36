"""Delivers the public events to webhook endpoints."""
