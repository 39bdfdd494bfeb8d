#include "auth/sigv4.hpp"

#include "auth/fault.hpp"
#include "core/ascii.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <optional>

namespace dynamo::auth {
namespace {

// A process signs for one service in one or two regions; credentials change by the hour.
constexpr std::size_t max_cached_keys = 8;

constexpr std::string_view date_header = "X-Amz-Date";
constexpr std::string_view token_header = "X-Amz-Security-Token";
constexpr std::string_view authorization_header = "Authorization";

bool is_header_space(char c) noexcept {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// RFC 3986, section 2.3.
bool is_unreserved(char c) noexcept {
  const char l = ascii::lower(c);
  return (l >= 'a' && l <= 'z') || ascii::is_digit(c) || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

void append_encoded(std::string& out, std::string_view text, bool keep_slash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slash && c == '/')) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 0x0f];
    }
  }
}

int hex_value(char c) noexcept {
  if (ascii::is_digit(c)) return c - '0';
  const char l = ascii::lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

std::string decode(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        plain += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    plain += text[i];
  }
  return plain;
}

std::string normalize(std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    begin = end + 1;
  }
  std::string normalized;
  for (const std::string_view segment : segments) {
    normalized += '/';
    normalized += segment;
  }
  if (normalized.empty() || path.ends_with('/')) normalized += '/';
  return normalized;
}

bool equal_names(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, {}, ascii::lower, ascii::lower);
}

void append_trimmed(std::string& out, std::string_view value) {
  while (!value.empty() && is_header_space(value.front())) value.remove_prefix(1);
  while (!value.empty() && is_header_space(value.back())) value.remove_suffix(1);
  bool after_space = false;
  for (const char c : value) {
    if (is_header_space(c)) {
      if (!after_space) out += ' ';
      after_space = true;
    } else {
      out += c;
      after_space = false;
    }
  }
}

bool fits_in_header(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string_view signing_day(std::string_view timestamp) {
  return timestamp.substr(0, 8);
}

void append_scope(std::string& out, std::string_view timestamp, const signing_scope& scope) {
  for (const std::string_view part : {signing_day(timestamp), scope.region, scope.service}) {
    out += part;
    out += '/';
  }
  out += scope_end;
}

std::optional<error> find_fault(const signable_request& request, const credentials& who) {
  const auto invalid = [](std::string message) {
    error fault;
    fault.kind = errc::invalid_argument;
    fault.message = std::move(message);
    return fault;
  };
  if (who.access_key_id.empty() || who.secret_access_key.empty())
    return credentials_fault("The credentials have no access key id or no secret access key");
  if (!fits_in_header(who.access_key_id))
    return credentials_fault(
        "The access key id contains white space or another character that no header can "
        "carry: check where it was copied from");
  if (!fits_in_header(who.session_token))
    return credentials_fault(
        "The session token contains white space or another character that no header can "
        "carry: check where it was copied from");
  bool has_host = false;
  for (const auto& [name, value] : request.headers) {
    has_host = has_host || equal_names(name, "Host");
    for (const std::string_view added : {date_header, token_header, authorization_header})
      if (equal_names(name, added))
        return invalid("The request to sign already has the header " + std::string(added) +
                       ", which signing adds");
  }
  if (!has_host)
    return invalid("The request to sign has no header Host, which every signature covers");
  return std::nullopt;
}

}  // namespace

void append_percent_encoded(std::string& out, std::string_view text) {
  append_encoded(out, text, false);
}

void append_header_lines(std::vector<std::string>& lines, const header_list& headers) {
  for (const auto& [name, value] : headers) lines.emplace_back(name).append(": ").append(value);
}

std::string canonical_path(std::string_view path, path_form form) {
  if (path.empty() || path == "/") return "/";
  std::string text;
  text.reserve(path.size() + 16);
  if (form == path_form::normalized)
    append_encoded(text, normalize(path), true);
  else
    append_encoded(text, path, true);
  return text;
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  header_list parameters;
  for (std::size_t begin = 0; begin <= query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view parameter = query.substr(begin, end - begin);
    begin = end + 1;
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    header& encoded = parameters.emplace_back();
    append_encoded(encoded.first, decode(parameter.substr(0, equals)), false);
    if (equals < parameter.size())
      append_encoded(encoded.second, decode(parameter.substr(equals + 1)), false);
  }
  std::ranges::sort(parameters);
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text += name;
    text += '=';
    text += value;
  }
  return text;
}

canonical_request canonicalize(const signable_request& request, std::span<const header> added) {
  struct entry {
    std::string name;
    std::string_view value;
  };
  std::vector<entry> entries;
  entries.reserve(request.headers.size() + added.size());
  for (const std::span<const header> list : {request.headers, added}) {
    for (const auto& [name, value] : list) {
      entry next{std::string(name.size(), '\0'), value};
      std::ranges::transform(name, next.name.begin(), ascii::lower);
      // There are few headers: insert each at its place, after those with the same name.
      entries.insert(std::ranges::upper_bound(entries, next.name, {}, &entry::name), next);
    }
  }

  canonical_request canonical;
  std::string& text = canonical.text;
  text.reserve(512);
  text += request.method;
  text += '\n';
  text += canonical_path(request.path, request.form);
  text += '\n';
  text += canonical_query(request.query);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i != 0 && entries[i].name == entries[i - 1].name) {
      text += ',';
    } else {
      text += '\n';
      text += entries[i].name;
      text += ':';
      if (i != 0) canonical.signed_headers += ';';
      canonical.signed_headers += entries[i].name;
    }
    append_trimmed(text, entries[i].value);
  }
  text += "\n\n";
  text += canonical.signed_headers;
  text += '\n';
  text += request.payload_hash;
  return canonical;
}

std::string amz_date(std::chrono::system_clock::time_point time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  std::string text = "00000000T000000Z";
  const auto put = [&text](std::size_t position, std::size_t digits, unsigned value) {
    for (std::size_t i = digits; i-- > 0; value /= 10)
      text[position + i] = static_cast<char>('0' + value % 10);
  };
  put(0, 4, static_cast<unsigned>(static_cast<int>(date.year())));
  put(4, 2, static_cast<unsigned>(date.month()));
  put(6, 2, static_cast<unsigned>(date.day()));
  put(9, 2, static_cast<unsigned>(clock.hours().count()));
  put(11, 2, static_cast<unsigned>(clock.minutes().count()));
  put(13, 2, static_cast<unsigned>(clock.seconds().count()));
  return text;
}

sha256_digest derive_signing_key(std::string_view secret_access_key, std::string_view date,
                                 const signing_scope& scope) {
  std::vector<unsigned char> start{'A', 'W', 'S', '4'};
  start.reserve(start.size() + secret_access_key.size());
  start.insert(start.end(), secret_access_key.begin(), secret_access_key.end());
  sha256_digest key = hmac_sha256(start, date);
  OPENSSL_cleanse(start.data(), start.size());
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  return hmac_sha256(key, scope_end);
}

void signer::cached_key::wipe() noexcept {
  OPENSSL_cleanse(secret.data(), secret.size());
  OPENSSL_cleanse(key.data(), key.size());
}

signer::~signer() {
  for (cached_key& entry : keys_) entry.wipe();
}

sha256_digest signer::key_for(std::string_view secret, std::string_view date,
                              const signing_scope& scope) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find_if(keys_, [&](const cached_key& entry) {
    return entry.date == date && entry.region == scope.region && entry.service == scope.service &&
           entry.secret == secret;
  });
  if (found != keys_.end()) {
    if (found != keys_.begin()) std::rotate(keys_.begin(), found, found + 1);
    return keys_.front().key;
  }
  const sha256_digest key = derive_signing_key(secret, date, scope);
  if (keys_.size() == max_cached_keys) {
    keys_.back().wipe();
    keys_.pop_back();
  }
  keys_.reserve(max_cached_keys);  // growing later would leave copies of secrets in freed memory
  keys_.insert(keys_.begin(), {.secret = std::string(secret),
                               .date = std::string(date),
                               .region = std::string(scope.region),
                               .service = std::string(scope.service),
                               .key = key});
  return key;
}

std::string signer::signature(std::string_view canonical_text, std::string_view secret,
                              std::string_view timestamp, const signing_scope& scope) {
  std::string to_sign;
  to_sign.reserve(192);
  to_sign += signing_algorithm;
  to_sign += '\n';
  to_sign += timestamp;
  to_sign += '\n';
  append_scope(to_sign, timestamp, scope);
  to_sign += '\n';
  append_hex(to_sign, sha256(canonical_text));
  std::string digits;
  append_hex(digits, hmac_sha256(key_for(secret, signing_day(timestamp), scope), to_sign));
  return digits;
}

result<header_list> signer::sign(const signable_request& request, const credentials& who,
                                 const signing_scope& scope,
                                 std::chrono::system_clock::time_point time) try {
  if (std::optional<error> fault = find_fault(request, who)) return *std::move(fault);
  header_list added;
  added.reserve(3);
  added.emplace_back(date_header, amz_date(time));
  if (!who.session_token.empty()) added.emplace_back(token_header, who.session_token);
  const canonical_request canonical = canonicalize(request, added);

  const std::string_view timestamp = added.front().second;
  std::string authorization;
  authorization.reserve(320);
  authorization += signing_algorithm;
  authorization += " Credential=";
  authorization += who.access_key_id;
  authorization += '/';
  append_scope(authorization, timestamp, scope);
  authorization += ", SignedHeaders=";
  authorization += canonical.signed_headers;
  authorization += ", Signature=";
  authorization += signature(canonical.text, who.secret_access_key, timestamp, scope);
  added.emplace_back(authorization_header, std::move(authorization));
  return added;
} catch (const exception& refused) {
  return refused.details();
}

}  // namespace dynamo::auth
