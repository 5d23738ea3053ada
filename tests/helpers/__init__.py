"""What tests share; those of ``server/`` are imported without a package."""
