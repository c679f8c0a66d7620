"""The command in hostile hands: bad files, bad words, kills, two runs at once."""
