// TLS by the system's own OpenSSL, built without the plugin: a server that forks for each of five
// clients. Each process has the library's state for itself, and frees it when it ends.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O1 -g -I%include %s -o tls -lssl -lcrypto
// RUN: (timeout 20 ./tls 17433 1 & ./tls 127.0.0.1 17433 me | grep -x "back: me, TLSv1.3" && wait $!)
// RUN: cp %S/Inputs/tls.yaml .
// RUN: %simterpose run --quiet --pcap -o one tls.yaml
// RUN: %simterpose run --quiet --pcap -o two tls.yaml
// RUN: diff -r one two
// RUN: cat one/node-0/tls.2.stdout | sort | %FileCheck %s --check-prefix=SERVER
// RUN: cat one/node-5/tls.2.stdout | %FileCheck %s --check-prefix=CLIENT
//
// SERVER: hello-1 by TLS_{{[A-Z0-9_]+}}
// SERVER-NEXT: hello-2 by
// SERVER-NEXT: hello-3 by
// SERVER-NEXT: hello-4 by
// SERVER-NEXT: hello-5 by
// CLIENT: back: hello-5, TLSv1.3
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static void certify(SSL_CTX* context) {
  EVP_PKEY* const key = EVP_EC_gen("P-256");
  X509* const certificate = X509_new();
  X509_NAME* const name = X509_get_subject_name(certificate);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char*)"server", -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  CHECK_EQ(SSL_CTX_use_certificate(context, certificate), 1);
  CHECK_EQ(SSL_CTX_use_PrivateKey(context, key), 1);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

static void answer(SSL_CTX* context, int connection) {
  SSL* const session = SSL_new(context);
  char text[100];
  SSL_set_fd(session, connection);
  CHECK_EQ(SSL_accept(session), 1);
  const int length = SSL_read(session, text, sizeof text);
  CHECK(length > 0);
  printf("%.*s by %s\n", length, text, SSL_get_cipher(session));
  CHECK_EQ(SSL_write(session, text, length), length);
  SSL_shutdown(session);
  SSL_free(session);
  close(connection);
}

static void serve(const char* port, int clients) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  const struct addrinfo hints = {
      .ai_family = AF_INET, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
  struct addrinfo* address;
  const int one = 1;
  certify(context);
  CHECK_EQ(getaddrinfo(NULL, port, &hints, &address), 0);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  CHECK_EQ(bind(listener, address->ai_addr, address->ai_addrlen), 0);
  CHECK_EQ(listen(listener, clients), 0);
  freeaddrinfo(address);
  for (; clients > 0; clients--) {
    const int connection = accept(listener, NULL, NULL);
    CHECK(connection >= 0);
    if (fork() == 0) {
      close(listener);
      answer(context, connection);
      SSL_CTX_free(context);
      exit(0);
    }
    close(connection);
  }
  int status;
  while (wait(&status) > 0)
    CHECK_EQ(status, 0);
  SSL_CTX_free(context);
}

/* The server may not have started. */
static int connect_to(const char* host, const char* port) {
  const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
  struct addrinfo* address;
  CHECK_EQ(getaddrinfo(host, port, &hints, &address), 0);
  for (int tries = 0; tries < 100; tries++) {
    const int connection = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(connection, address->ai_addr, address->ai_addrlen) == 0) {
      freeaddrinfo(address);
      return connection;
    }
    close(connection);
    usleep(50000);
  }
  CHECK(!"connected");
  return -1;
}

static void ask(const char* host, const char* port, const char* text) {
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  SSL* const session = SSL_new(context);
  char back[100];
  const int connection = connect_to(host, port), size = (int)strlen(text);
  SSL_set_fd(session, connection);
  CHECK_EQ(SSL_connect(session), 1);
  CHECK_EQ(SSL_write(session, text, size), size);
  CHECK_EQ(SSL_read(session, back, sizeof back), size);
  printf("back: %.*s, %s\n", size, back, SSL_get_version(session));
  SSL_shutdown(session);
  SSL_free(session);
  close(connection);
  SSL_CTX_free(context);
}

int main(int argc, char** argv) {
  if (argc == 3)
    serve(argv[1], atoi(argv[2]));
  else if (argc == 4)
    ask(argv[1], argv[2], argv[3]);
  return 0;
}
