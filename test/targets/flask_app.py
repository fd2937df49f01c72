"""A web service: / answers at once, /slow asks a database that never answers."""
import socket

from flask import Flask

app = Flask(__name__)
database = socket.socket()
database.bind(("127.0.0.1", 0))
database.listen(64)


def query_database():
    connection = socket.create_connection(database.getsockname())
    return connection.recv(100)


@app.route("/")
def index():
    return "hello"


@app.route("/slow")
def slow():
    return query_database()
