"""utfall: an analysis kit for the controllers and analysts of a Swedish healthcare region."""
