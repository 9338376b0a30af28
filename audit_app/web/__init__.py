"""The web room: pages, forms and access; the only room for flask and wtforms."""
