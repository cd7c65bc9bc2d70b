"""What the eyes for real footage learn from. Reads models of furniture, real pictures and the benchmark's
questions; gives the head of models/eyes and how long things usually are."""
