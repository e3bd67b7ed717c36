"""How each stage works and how right it is; the scripts draw the pictures of the pages."""
