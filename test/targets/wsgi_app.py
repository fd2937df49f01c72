"""A plain WSGI application: / answers at once, /slow asks a database that never answers."""
import socket

database = socket.socket()
database.bind(("127.0.0.1", 0))
database.listen(64)


def query_database():
    return socket.create_connection(database.getsockname()).recv(10)


def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        query_database()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
