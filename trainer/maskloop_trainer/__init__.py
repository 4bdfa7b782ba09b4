"""Maskloop trainer: trains, measures and exports the small promptable segmenter the product ships with."""
