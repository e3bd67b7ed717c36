"""Webhook delivery as pure functions: values in, values out."""
