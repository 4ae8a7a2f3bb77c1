"""What people and programs get: findings in every format, notices, statistics, forms."""
