"""What the two commands of run.py do. Standard library only: nothing is installed yet when it runs."""
