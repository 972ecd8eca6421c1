"""The lectures' claims as experiments: both sides over several seeds, and what the numbers say.

python -m tests.campaigns.claims [T1 T2 …] [--seeds 5] [--quick] [--store FILE] [--markdown FILE]
"""
