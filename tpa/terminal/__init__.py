"""What every command shares when it speaks: output, tables, progress, completion."""
