"""Long campaigns, run as commands: python -m tests.campaigns.NAME."""
