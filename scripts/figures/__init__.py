"""Figures for papers, drawn by matplotlib from what Systole writes."""
