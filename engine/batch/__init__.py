"""All files of a run: whose each is, which report counts, the rules over the batch, workers, cache, baseline."""
