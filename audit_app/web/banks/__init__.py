"""The library of published question banks and forms, to be read."""
