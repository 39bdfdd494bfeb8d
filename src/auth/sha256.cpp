#include "auth/sha256.hpp"

#include "auth/fault.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace dynamo::auth {
namespace {

constexpr std::size_t block_bytes = 64;

struct openssl_deleter {
  void operator()(EVP_MD* algorithm) const noexcept { EVP_MD_free(algorithm); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

[[noreturn]] void refuse() {
  throw exception(configuration_fault(
      "OpenSSL provides no SHA-256, which signing a request needs: check the providers that its "
      "configuration file (openssl.cnf) activates"));
}

// Fetched once: fetching by name costs more than hashing a request.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, openssl_deleter> fetched = [] {
    std::unique_ptr<EVP_MD, openssl_deleter> found(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    if (!found) refuse();
    return found;
  }();
  return fetched.get();
}

// The digest state of a thread, reused so that hashing does not allocate.
class running_digest {
 public:
  running_digest() : context_(EVP_MD_CTX_new()) {
    if (!context_) refuse();
  }

  running_digest& begin() {
    if (EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) != 1) refuse();
    return *this;
  }
  running_digest& update(const void* bytes, std::size_t size) {
    if (EVP_DigestUpdate(context_.get(), bytes, size) != 1) refuse();
    return *this;
  }
  sha256_digest finish() {
    sha256_digest digest;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1) refuse();
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, openssl_deleter> context_;
};

running_digest& digest_of_this_thread() {
  thread_local running_digest digest;
  return digest;
}

}  // namespace

sha256_digest sha256(std::string_view data) {
  return digest_of_this_thread().begin().update(data.data(), data.size()).finish();
}

sha256_digest hmac_sha256(std::span<const unsigned char> key, std::string_view data) {
  running_digest& digest = digest_of_this_thread();
  std::array<unsigned char, block_bytes> pad{};
  if (key.size() > block_bytes) {
    const sha256_digest shortened = digest.begin().update(key.data(), key.size()).finish();
    std::ranges::copy(shortened, pad.begin());
  } else {
    std::ranges::copy(key, pad.begin());
  }
  constexpr unsigned char inner = 0x36;
  constexpr unsigned char outer = 0x5c;
  for (unsigned char& byte : pad) byte ^= inner;
  const sha256_digest first =
      digest.begin().update(pad.data(), pad.size()).update(data.data(), data.size()).finish();
  for (unsigned char& byte : pad) byte ^= inner ^ outer;
  const sha256_digest second =
      digest.begin().update(pad.data(), pad.size()).update(first.data(), first.size()).finish();
  OPENSSL_cleanse(pad.data(), pad.size());
  return second;
}

void append_hex(std::string& out, const sha256_digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const unsigned char byte : digest) {
    out += digits[byte >> 4];
    out += digits[byte & 0x0f];
  }
}

std::string sha256_hex(std::string_view data) {
  std::string text;
  text.reserve(2 * sizeof(sha256_digest));
  append_hex(text, sha256(data));
  return text;
}

}  // namespace dynamo::auth
