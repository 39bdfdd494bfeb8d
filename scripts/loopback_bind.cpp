// Preloaded into DynamoDB Local, which has no option to listen on the loopback interface only or on
// a free port that the kernel chooses. Binds the first TCP socket of the process to 127.0.0.1 and a
// free port, and writes the port to the file that LOOPBACK_BIND_PORT_FILE names.

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using bind_function = int (*)(int, const sockaddr*, socklen_t);

// Renames the file when it is complete, so that its reader never sees a part of it.
bool write_port(const char* path, unsigned port) {
  const std::string partial = std::string(path) + ".partial";
  std::FILE* file = std::fopen(partial.c_str(), "w");
  if (file == nullptr) return false;
  const bool written = std::fprintf(file, "%u\n", port) > 0;
  return std::fclose(file) == 0 && written && std::rename(partial.c_str(), path) == 0;
}

}  // namespace

extern "C" int bind(int socket, const sockaddr* address, socklen_t length) noexcept {
  static const auto real_bind = reinterpret_cast<bind_function>(dlsym(RTLD_NEXT, "bind"));
  static std::atomic<bool> done = false;
  const char* port_file = std::getenv("LOOPBACK_BIND_PORT_FILE");
  if (address->sa_family == AF_UNIX || port_file == nullptr || done.exchange(true)) {
    return real_bind(socket, address, length);
  }
  // Fail rather than listen on a wrong address: the script starts Java with IPv4 sockets.
  if (address->sa_family != AF_INET) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (real_bind(socket, reinterpret_cast<sockaddr*>(&loopback), sizeof loopback) != 0) return -1;
  socklen_t size = sizeof loopback;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&loopback), &size) != 0) return -1;
  return write_port(port_file, ntohs(loopback.sin_port)) ? 0 : -1;
}
