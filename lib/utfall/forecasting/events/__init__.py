"""What is known of the months ahead: contracts that end, units that close, wages and prices that are revised."""
