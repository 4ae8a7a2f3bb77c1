"""From bytes to a bound report: listing and opening files, the tree with its positions, slips, shapes."""
