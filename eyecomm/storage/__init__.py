"""What is kept on disk: settings, profiles, boards, logs."""
