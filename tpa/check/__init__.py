"""`tpa check`: all checks of one environment."""
