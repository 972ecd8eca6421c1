"""The mathematics behind each view: arrays in, arrays out."""
