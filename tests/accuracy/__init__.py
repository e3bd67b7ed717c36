"""How right the stages are, measured on clips with a known truth; writes into docs/analysis/."""
