"""The gateway: HTTP in, offers out; it owns every resource."""
