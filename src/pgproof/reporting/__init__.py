"""What a run did, kept as a file, and what is made of it: the one report, the job summary, annotations."""
