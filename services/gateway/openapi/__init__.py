"""OpenAPI documents of the public faces, made of the route tables; and the page that shows them."""
