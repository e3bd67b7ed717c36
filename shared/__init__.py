"""What the services of Rushes share: contracts, kit, media, models, testkit."""
