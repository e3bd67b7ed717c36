"""The gateway's rules, pure: values in, values out."""
