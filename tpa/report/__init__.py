"""`tpa report`: one HTML page about an environment."""
