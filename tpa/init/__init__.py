"""`tpa init`: a project of the team's own, and what of it moves with the tool."""
