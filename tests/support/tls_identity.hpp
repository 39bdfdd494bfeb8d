// A certificate made on the spot, for servers in tests.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace dynamo::test {

/// A self-signed certificate, valid for a day, with its key.
class tls_identity {
 public:
  /// `names` as OpenSSL writes alternative names.
  explicit tls_identity(const char* names = "IP:127.0.0.1,DNS:localhost");

  /// For a server; lives as long as this object.
  [[nodiscard]] SSL_CTX* context() const noexcept { return context_.get(); }
  /// The certificate, to be trusted by a client.
  [[nodiscard]] const std::string& certificate_pem() const noexcept { return pem_; }

 private:
  struct deleter {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, deleter> context_;
  std::string pem_;
};

}  // namespace dynamo::test
