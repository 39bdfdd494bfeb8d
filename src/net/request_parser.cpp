#include "net/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace dynamo::net {
namespace {

// Memory grows with the bytes received, not with the length that a sender announces.
constexpr std::size_t first_capacity = std::size_t{64} << 10;
// Chunk extensions are ignored; long ones have no legitimate use.
constexpr std::size_t chunk_line_bytes = 256;
constexpr std::size_t method_bytes = 32;
constexpr std::string_view blanks = " \t";

bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return ascii::is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

// Visible, blank, or beyond ASCII: not CR, NUL or another control character.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= ' ' && byte != 0x7F);
  });
}

// Host and port, without user information.
bool is_authority(std::string_view text) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=%:[]";
  return std::ranges::all_of(text, [&](char c) {
    return ascii::is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
  });
}

// Assigning an empty value would keep the memory.
template <class Container>
void release_memory(Container& of) {
  Container().swap(of);
}

// Finds one element of a comma-separated list: "close" in "keep-alive, close".
bool has_member(std::string_view list, std::string_view member) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    if (ascii::equal_ignoring_case(ascii::trimmed(list.substr(0, end), blanks), member))
      return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

std::size_t request_parser::take(std::string_view bytes) {
  const std::size_t given = bytes.size();
  while (!bytes.empty() && !is_complete() && !fault_) {
    begun_ = true;
    if (part_ == part::body || part_ == part::chunk) {
      take_body(bytes);
    } else {
      take_line(bytes);
    }
  }
  return given - bytes.size();
}

void request_parser::reset() {
  part_ = part::request_line;
  fault_.reset();
  release_memory(head_);
  release_memory(line_);
  line_at_ = trailer_bytes_ = body_rest_ = body_bound_ = 0;
  method_ = target_ = {};
  release_memory(fields_);
  release_memory(headers_);
  path_ = query_ = {};
  body_ = {};
  begun_ = expects_continue_ = false;
  is_1_1_ = keeps_connection_ = true;
}

server_request request_parser::request() const noexcept {
  return {.method = text_at(method_),
          .path = path_,
          .query = query_,
          .headers = headers_,
          .body = body_};
}

std::size_t request_parser::memory() const noexcept {
  return head_.capacity() + line_.capacity() + fields_.capacity() * sizeof(field) +
         headers_.capacity() * sizeof(header_view) + body_.capacity();
}

// Line by line as received: a line that ends in LF alone is refused at once, before the rest
// arrives.
void request_parser::take_line(std::string_view& bytes) {
  std::string& text = in_head() ? head_ : line_;
  const std::size_t bound = in_head()                 ? limits_.head_bytes
                            : part_ == part::trailers ? limits_.head_bytes - trailer_bytes_
                                                      : chunk_line_bytes;
  // For example TLS: without a line end, the parser would wait for one.
  if (part_ == part::request_line && text.size() == line_at_ && bytes.front() != '\r' &&
      !is_token(bytes.substr(0, 1)))
    return refuse(400, "the first line is not a request line");
  const std::size_t mark = bytes.find('\n');
  const std::size_t count = mark == std::string_view::npos ? bytes.size() : mark + 1;
  if (text.size() + count > bound) {
    if (part_ == part::chunk_size || part_ == part::chunk_end)
      return refuse(400, "a line before a chunk is too long");
    return refuse(431, "the headers are too long");
  }
  text.append(bytes.substr(0, count));
  bytes.remove_prefix(count);
  std::string_view line = std::string_view(text).substr(in_head() ? line_at_ : 0);
  if (mark == std::string_view::npos) return;
  if (!line.ends_with("\r\n")) return refuse(400, "a line ends in LF without CR");
  line.remove_suffix(2);
  read_line(line);
  line_.clear();
  line_at_ = head_.size();
}

void request_parser::read_line(std::string_view line) {
  switch (part_) {
    case part::request_line:
      // RFC 9112, 2.2: one empty line before a request is ignored.
      if (line.empty() && line_at_ == 0) return;
      return read_request_line(line);
    case part::headers:
      return line.empty() ? end_head() : read_header(line);
    case part::chunk_size:
      return read_chunk_size(line);
    case part::chunk_end:
      if (!line.empty()) return refuse(400, "a chunk is longer than its size");
      part_ = part::chunk_size;
      return;
    default:
      return read_trailer(line);
  }
}

void request_parser::read_request_line(std::string_view line) {
  const std::size_t first = std::min(line.find(' '), line.size());
  const std::string_view method = line.substr(0, first);
  const std::string_view rest = line.substr(std::min(first + 1, line.size()));
  const std::size_t second = std::min(rest.find(' '), rest.size());
  const std::string_view target = rest.substr(0, second);
  if (!is_token(method) || method.size() > method_bytes) return refuse(400, "invalid method");
  if (!ascii::is_visible(target) || target.empty() || target.find('#') != std::string_view::npos)
    return refuse(400, "invalid request target");
  read_version(rest.substr(std::min(second + 1, rest.size())));
  method_ = place_of(method);
  target_ = place_of(target);
  part_ = part::headers;
}

void request_parser::read_version(std::string_view version) {
  is_1_1_ = version == "HTTP/1.1";
  keeps_connection_ = is_1_1_;
  if (is_1_1_ || version == "HTTP/1.0") return;
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          ascii::is_digit(version[5]) && version[6] == '.' &&
                          ascii::is_digit(version[7]);
  if (is_version) return refuse(505, "only HTTP/1.1 and HTTP/1.0 are supported");
  refuse(400, "the first line is not a request line");
}

void request_parser::read_header(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (blanks.find(line.front()) != std::string_view::npos)
    return refuse(400, "a header is folded: send it on one line");
  if (colon == std::string_view::npos) return refuse(400, "a header has no colon");
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = line.substr(colon + 1);
  if (!is_token(name)) return refuse(400, "invalid header name, or a blank before its colon");
  if (!is_field_value(value)) return refuse(400, "a header has a control character");
  if (fields_.size() == limits_.header_count) return refuse(431, "there are too many headers");
  std::string_view trimmed = ascii::trimmed(value, blanks);
  if (trimmed.empty()) trimmed = value.substr(0, 0);
  fields_.push_back({place_of(name), place_of(trimmed)});
}

// Trailers are checked and dropped.
void request_parser::read_trailer(std::string_view line) {
  if (line.empty()) {
    body_.finish();
    part_ = part::end;
    return;
  }
  trailer_bytes_ += line_.size();
  const std::size_t colon = std::min(line.find(':'), line.size());
  if (!is_token(line.substr(0, colon)) || colon == line.size() || !is_field_value(line))
    refuse(400, "invalid trailer");
}

void request_parser::read_chunk_size(std::string_view line) {
  const std::size_t mark = std::min(line.find(';'), line.size());
  const std::string_view digits = line.substr(0, mark);
  std::size_t size = 0;
  const auto [rest, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
  const bool is_whole = rest == digits.data() + digits.size();
  if (is_whole && failure == std::errc::result_out_of_range)
    return refuse(413, "the body is too long");
  if (!is_whole || failure != std::errc{}) return refuse(400, "invalid size of a chunk");
  if (!is_field_value(line.substr(mark))) return refuse(400, "invalid extension of a chunk");
  if (size > limits_.body_bytes - body_.size()) return refuse(413, "the body is too long");
  body_rest_ = size;
  part_ = size == 0 ? part::trailers : part::chunk;
}

void request_parser::take_body(std::string_view& bytes) {
  const std::string_view piece = bytes.substr(0, body_rest_);
  const std::size_t needed = body_.size() + piece.size();
  if (needed > body_.capacity()) {
    // Doubles, but never beyond the limit.
    body_.reserve(std::min(std::max({needed, 2 * body_.capacity(), first_capacity}), body_bound_));
  }
  body_.append(piece);
  bytes.remove_prefix(piece.size());
  body_rest_ -= piece.size();
  if (body_rest_ != 0) return;
  if (part_ == part::chunk) {
    part_ = part::chunk_end;
    return;
  }
  body_.finish();
  part_ = part::end;
}

// The header of that name, if present; a second one is a fault.
std::optional<std::string_view> request_parser::only(std::string_view name,
                                                     std::string_view fault) {
  std::optional<std::string_view> found;
  for (const auto& [given, value] : headers_) {
    if (!ascii::equal_ignoring_case(given, name)) continue;
    if (found) refuse(400, fault);
    found = value;
  }
  return found;
}

void request_parser::end_head() {
  headers_.reserve(fields_.size());
  for (const field& each : fields_) headers_.emplace_back(text_at(each.name), text_at(each.value));
  const auto host = only("Host", "there are two Host headers");
  if (is_1_1_ && !host) return refuse(400, "there is no Host header");
  if (!is_authority(host.value_or(""))) refuse(400, "invalid Host header");
  read_target(host.value_or(""));
  for (const auto& [name, value] : headers_) {
    if (ascii::equal_ignoring_case(name, "Connection") && has_member(value, "close"))
      keeps_connection_ = false;
  }
  if (!fault_) read_framing();
  if (!fault_) read_expectation();
}

// "/path?query", or the same after "http://" and the value of Host.
void request_parser::read_target(std::string_view host) {
  constexpr std::string_view scheme = "http://";
  std::string_view target = text_at(target_);
  if (ascii::equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?"), target.size());
    const std::string_view authority = target.substr(0, end);
    if (authority.empty() || !ascii::equal_ignoring_case(authority, host))
      return refuse(400, "the request target names another host than the Host header");
    target.remove_prefix(end);
    if (!target.starts_with('/')) {
      path_ = "/";
      query_ = target.substr(std::min<std::size_t>(1, target.size()));
      return;
    }
  } else if (!target.starts_with('/') && (target != "*" || text_at(method_) != "OPTIONS")) {
    return refuse(400, "invalid request target");
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  path_ = target.substr(0, mark);
  query_ = target.substr(std::min(mark + 1, target.size()));
}

void request_parser::read_expectation() {
  const auto expected = only("Expect", "there are two Expect headers");
  if (!expected || fault_) return;
  if (!ascii::equal_ignoring_case(*expected, "100-continue"))
    return refuse(417, "only 100-continue can be expected");
  expects_continue_ = is_1_1_;
}

void request_parser::read_framing() {
  const auto coding = only("Transfer-Encoding", "there are two Transfer-Encoding headers");
  const auto length = only("Content-Length", "there are two Content-Length headers");
  if (fault_) return;
  body_bound_ = limits_.body_bytes;
  if (coding) {
    if (length) return refuse(400, "there are both Content-Length and Transfer-Encoding");
    if (!is_1_1_) return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    if (!ascii::equal_ignoring_case(*coding, "chunked"))
      return refuse(400, "only the Transfer-Encoding 'chunked' is supported");
    if (limits_.body_bytes == 0) return refuse(413, "the body is too long");
    part_ = part::chunk_size;
    return;
  }
  if (length && (length->empty() || !std::ranges::all_of(*length, ascii::is_digit)))
    return refuse(400, "invalid Content-Length");
  // Digits that overflow the integer type are too large.
  const auto bytes =
      length ? ascii::number_in<std::size_t>(*length) : std::optional<std::size_t>(0);
  if (!bytes || *bytes > limits_.body_bytes) return refuse(413, "the body is too long");
  body_rest_ = body_bound_ = *bytes;
  part_ = *bytes == 0 ? part::end : part::body;
}

}  // namespace dynamo::net
