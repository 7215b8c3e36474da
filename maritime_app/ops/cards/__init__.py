"""Pictures of routes and ports for where their pages are shared (https://ogp.me).

model    what a picture is asked for with, and what stands on it
drawing  the picture as PNG
routes   the pictures over HTTP, kept as ready bytes
"""
