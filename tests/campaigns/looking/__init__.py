"""What looking inside costs: `python -m tests.campaigns.looking`."""
