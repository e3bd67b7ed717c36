"""From findings in single pictures to windows, captions and segments; pure."""
