#include "net/curl_transfer.hpp"

#include "net/curl_error.hpp"
#include "net/response_header.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace dynamo::net {
namespace {

// The size requested from the gate for a body of unknown length: a DynamoDB page holds 1 MB of
// items.
constexpr std::size_t assumed_body_bytes = std::size_t{1} << 20;
// Error bodies are one message or a proxy's page; they are read without asking the gate.
constexpr std::size_t max_error_bytes = std::size_t{1} << 20;

// Bounds all headers of a response, interim responses included; a service's headers are some
// hundred bytes.
constexpr std::size_t max_header_bytes = std::size_t{64} << 10;

// curl sends header lines as they are: a line break in one would be another header.
bool is_one_line(std::string_view text) noexcept {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

bool names_content_type(std::string_view header) noexcept {
  return same_header(header.substr(0, header.find(':')), "content-type");
}

}  // namespace

curl_transfer::curl_transfer(const transport_options& options, std::shared_ptr<inbox> box)
    : options_(options), inbox_(std::move(box)), easy_(curl_easy_init()) {
  if (!easy_) throw std::bad_alloc();
  set_up();
}

curl_transfer::~curl_transfer() = default;

template <class Value>
void curl_transfer::set(CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy_.get(), option, value);
  if (setup_ == CURLE_OK) setup_ = code;
}

// Options common to all requests of this handle. Proxies come from the environment, curl's default.
void curl_transfer::set_up() {
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, detail_.data());
  set(CURLOPT_HEADERFUNCTION, &curl_transfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &curl_transfer::on_body);
  set(CURLOPT_WRITEDATA, this);
  set(CURLOPT_PREREQFUNCTION, &curl_transfer::on_connected);
  set(CURLOPT_PREREQDATA, this);

  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!options_.user_agent.empty()) set(CURLOPT_USERAGENT, options_.user_agent.c_str());

  set(CURLOPT_NOSIGNAL, 1L);
  // Without it, cancelling a transfer whose host name is being resolved would block the network
  // thread until the resolver gives up, which may take half a minute.
  set(CURLOPT_QUICK_EXIT, 1L);
  set(CURLOPT_NOPROGRESS, 1L);
  set(CURLOPT_TCP_NODELAY, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  set(CURLOPT_MAXAGE_CONN, static_cast<long>(options_.max_idle.count()));
  set(CURLOPT_BUFFERSIZE, static_cast<long>(options_.receive_buffer_bytes));

  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set_trust();
}

// curl caches parsed CA certificates across connections, which saves each some 50 ms of CPU, but
// only if they come from a file and not from a directory as well.
void curl_transfer::set_trust() {
  if (!options_.ca_bundle.empty()) {
    // On a pipe, OpenSSL would wait for a writer on this thread, and nothing could end that wait.
    struct stat about{};
    unfit_bundle_ = ::stat(options_.ca_bundle.c_str(), &about) == 0 && !S_ISREG(about.st_mode);
    set(CURLOPT_CAINFO, options_.ca_bundle.c_str());
    set(CURLOPT_PROXY_CAINFO, options_.ca_bundle.c_str());
  } else {
    const char* system_file = nullptr;
    curl_easy_getinfo(easy_.get(), CURLINFO_CAINFO, &system_file);
    if (system_file == nullptr || ::access(system_file, R_OK) != 0) return;
  }
  set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  set(CURLOPT_PROXY_CAPATH, static_cast<const char*>(nullptr));
}

std::optional<transport_error> curl_transfer::begin(start_command job, time_point now) {
  job_ = std::move(job);
  response_ = {};
  failure_.reset();
  detail_.front() = '\0';
  limit_ = 0;
  header_bytes_ = 0;
  head_complete_ = body_open_ = paused_ = connected_ = false;
  waited_ = {};
  last_activity_ = now;
  uploaded_ = 0;

  const http_request& request = job_.request;
  if (!is_one_line(request.method) || !std::ranges::all_of(request.headers, is_one_line)) {
    return transport_error{transport_errc::invalid_request,
                           fmt::format("a header of the request to {} contains a line break",
                                       authority_of(request.url))};
  }
  if (unfit_bundle_ && request.url.starts_with("https:")) {
    return explain(CURLE_SSL_CACERT_BADFILE,
                   {.easy = easy_.get(), .url = request.url, .detail = {}, .options = &options_});
  }
  const CURLcode before = setup_;
  set(CURLOPT_URL, request.url.c_str());
  set(CURLOPT_NOPROXY, request.direct ? "*" : static_cast<const char*>(nullptr));
  set_method();
  set_headers();
  // A failed setup must not affect the next request on the handle.
  const CURLcode code = std::exchange(setup_, before);
  if (code == CURLE_OK) return std::nullopt;
  return explain(code,
                 {.easy = easy_.get(), .url = request.url, .detail = {}, .options = &options_});
}

void curl_transfer::set_method() {
  const http_request& request = job_.request;
  const bool get = request.method == "GET" && request.body.empty();
  const bool head = request.method == "HEAD";
  if (get) {
    set(CURLOPT_HTTPGET, 1L);
  } else if (head) {
    set(CURLOPT_NOBODY, 1L);
  } else {
    set(CURLOPT_POST, 1L);
    // Not copied: the body stays in job_ until the transfer has ended.
    set(CURLOPT_POSTFIELDS, request.body.data());
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  const bool named = get || head || request.method == "POST";
  set(CURLOPT_CUSTOMREQUEST, named ? static_cast<const char*>(nullptr) : request.method.c_str());
}

void curl_transfer::set_headers() {
  // A name without a value suppresses curl's own header: "100-continue" costs a round trip, and
  // bodies here are never form data.
  static char no_expect[] = "Expect:";
  static char no_content_type[] = "Content-Type:";
  auto& headers = job_.request.headers;
  header_nodes_.clear();
  header_nodes_.reserve(headers.size() + 2);
  for (std::string& line : headers) header_nodes_.push_back({line.data(), nullptr});
  header_nodes_.push_back({no_expect, nullptr});
  if (std::ranges::none_of(headers, names_content_type))
    header_nodes_.push_back({no_content_type, nullptr});
  for (std::size_t i = 1; i < header_nodes_.size(); ++i)
    header_nodes_[i - 1].next = &header_nodes_[i];
  set(CURLOPT_HTTPHEADER, header_nodes_.data());
}

http_outcome curl_transfer::finish(CURLcode code) {
  http_outcome outcome = outcome_of(code);
  if (auto* lost = std::get_if<transport_error>(&outcome)) lost->waited = waited_;
  return outcome;
}

http_outcome curl_transfer::outcome_of(CURLcode code) {
  if (failure_) return *std::move(failure_);
  if (code != CURLE_OK) {
    return explain(code, {.easy = easy_.get(),
                          .url = job_.request.url,
                          .detail = detail_.data(),
                          .connected = connected_,
                          .received = response_.body.size(),
                          .options = &options_});
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  // curl treats a connection that ends within the headers, or after an interim response, as the end
  // of a response without a body.
  if (!head_complete_ || status < 200) {
    return transport_error{
        transport_errc::connection_lost,
        fmt::format("{} closed the connection within the headers", authority_of(url()))};
  }
  response_.status = static_cast<int>(status);
  // An empty body has its padding as well.
  if (!body_open_) response_.body = body_buffer(std::size_t{0});
  response_.body.finish();
  return std::move(response_);
}

std::function<void(http_outcome)> curl_transfer::release() {
  auto done = std::move(job_.done);
  if (std::exchange(refused_, false)) job_.request.gate->withdraw(this);
  job_ = {};
  response_ = {};
  failure_.reset();
  header_nodes_.clear();
  paused_ = false;
  return done;
}

curl_transfer::opening curl_transfer::fail(transport_errc kind, std::string message) {
  failure_ = transport_error{kind, std::move(message)};
  return opening::failed;
}

curl_transfer::opening curl_transfer::open_body() {
  long status = 0;
  curl_off_t announced = -1;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  const bool success = status / 100 == 2;
  limit_ = success ? options_.max_response_bytes
                   : std::min(max_error_bytes, options_.max_response_bytes);
  if (announced >= 0 && static_cast<std::size_t>(announced) > limit_) {
    return fail(transport_errc::too_large,
                fmt::format("{} announced a response of {} bytes; the limit is {}",
                            authority_of(url()), announced, limit_));
  }
  const std::size_t expected =
      announced >= 0 ? static_cast<std::size_t>(announced) : std::min(assumed_body_bytes, limit_);
  if (success && job_.request.gate) {
    // The gate may resume before admit() returns, from another thread, or after this transfer and
    // its transport have ended: the inbox handles all three.
    auto admitted = job_.request.gate->admit(
        expected, this, [box = inbox_, id = job_.id] { box->post(resume_command{id}); });
    refused_ = !admitted;
    if (refused_) return opening::paused;
    response_.body = *std::move(admitted);
  } else {
    response_.body = body_buffer(announced >= 0 ? expected : options_.receive_buffer_bytes);
  }
  body_open_ = true;
  return opening::open;
}

std::size_t curl_transfer::receive(std::string_view bytes) {
  last_activity_ = std::chrono::steady_clock::now();
  if (!body_open_) {
    switch (open_body()) {
      case opening::open:
        break;
      case opening::paused:
        paused_ = true;
        paused_at_ = last_activity_;
        return CURL_WRITEFUNC_PAUSE;
      case opening::failed:
        return CURL_WRITEFUNC_ERROR;
    }
  }
  if (bytes.size() > limit_ - response_.body.size()) {
    (void)fail(transport_errc::too_large,
               fmt::format("the response of {} exceeds {} bytes", authority_of(url()), limit_));
    return CURL_WRITEFUNC_ERROR;
  }
  response_.body.append(bytes);
  return bytes.size();
}

CURLcode curl_transfer::resume(time_point now) {
  if (!paused_) return CURLE_OK;
  paused_ = false;
  waited_ += now - paused_at_;
  last_activity_ = now;
  // Delivers at once the data received before the pause; that may pause again.
  return curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
}

// curl's own check (CURLOPT_LOW_SPEED_TIME) handles pauses, but it averages over five seconds and
// so detects a stall of one second only in the sixth.
std::optional<transport_error> curl_transfer::expired(time_point now, time_point shown) {
  if (job_.request.deadline && *job_.request.deadline <= shown) {
    return transport_error{
        transport_errc::deadline_exceeded,
        fmt::format("the deadline passed while {} {}",
                    paused_ ? "no memory was free for the response of" : "waiting for",
                    authority_of(url()))};
  }
  if (paused_ || !connected_) return std::nullopt;
  curl_off_t uploaded = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_SIZE_UPLOAD_T, &uploaded);
  if (std::exchange(uploaded_, uploaded) != uploaded) last_activity_ = now;
  if (now - last_activity_ < options_.stall_timeout) return std::nullopt;
  const std::chrono::duration<double> limit = options_.stall_timeout;
  return transport_error{
      transport_errc::timeout,
      fmt::format("{} sent nothing for {:.3g} s", authority_of(url()), limit.count()), waited_};
}

std::optional<curl_transfer::time_point> curl_transfer::stalls(time_point now) const {
  if (paused_) return std::nullopt;
  // While connecting, curl's limit applies and the stall time has not started.
  time_point look = (connected_ ? last_activity_ : now) + options_.stall_timeout;
  // Upload progress is only visible by polling, so frequent checks make it more precise.
  if (static_cast<std::size_t>(uploaded_) < job_.request.body.size())
    look = std::min(look, now + options_.stall_timeout / 4);
  return look;
}

// Called from C: no exception may leave these callbacks.

std::size_t curl_transfer::on_header(char* data, std::size_t /*one*/, std::size_t size,
                                     void* self) noexcept {
  auto& transfer = *static_cast<curl_transfer*>(self);
  try {
    transfer.last_activity_ = std::chrono::steady_clock::now();
    const std::string_view line(data, size);
    transfer.header_bytes_ += size;
    if (transfer.header_bytes_ > max_header_bytes) {
      transfer.failure_ = transport_error{
          transport_errc::too_large, fmt::format("{} sent headers of more than {} bytes",
                                                 authority_of(transfer.url()), max_header_bytes)};
      return CURL_WRITEFUNC_ERROR;
    }
    // Trailers arrive here as well, after the body.
    if (line.starts_with("HTTP/")) transfer.head_complete_ = false;
    if (line == "\r\n" || line == "\n") transfer.head_complete_ = true;
    read_header_line(line, transfer.response_);
    return size;
  } catch (const std::exception& failure) {
    transfer.failure_ = transport_error{transport_errc::connection_lost, failure.what()};
    return CURL_WRITEFUNC_ERROR;
  }
}

std::size_t curl_transfer::on_body(char* data, std::size_t /*one*/, std::size_t size,
                                   void* self) noexcept {
  auto& transfer = *static_cast<curl_transfer*>(self);
  try {
    return transfer.receive({data, size});
  } catch (const std::bad_alloc&) {
    transfer.failure_ = transport_error{transport_errc::too_large, "no memory for a response"};
  } catch (const std::exception& failure) {
    transfer.failure_ = transport_error{transport_errc::cancelled, failure.what()};
  }
  return CURL_WRITEFUNC_ERROR;
}

int curl_transfer::on_connected(void* self, char* /*remote*/, char* /*local*/, int /*remote_port*/,
                                int /*local_port*/) noexcept {
  auto& transfer = *static_cast<curl_transfer*>(self);
  transfer.connected_ = true;
  transfer.last_activity_ = std::chrono::steady_clock::now();
  return CURL_PREREQFUNC_OK;
}

}  // namespace dynamo::net
