// ns3.cpp: the cases of docs/accuracy.md on a packet-level TCP, that of ns-3 (3.37, Debian 12).
// Prints one table of comma-separated values: ns3 transfers | messages | loss | sharing.
// test/accuracy/run --ns3 builds it and keeps its output in results/.
//
// TCP is set up as Linux has it: CUBIC with HyStart, SACK, time stamps, window scaling, segments of
// 1448 bytes, ten of them at first, RTO of 200 ms at least, PRR, buffers of 6 MiB and 4 MiB, no
// pacing. Each segment is acknowledged at once, as Linux does while a stream starts. Links are
// point-to-point, which add 2 bytes to a packet. The queue of a host never drops (Linux holds data
// back in the socket instead); a router's has the size that the case says.
//
// HyStart looks at delays only. ns-3's search for trains of acknowledgements takes the pause
// between two rounds for one if the round trip is 2 ms or less (TcpCubic::PktsAcked comes before
// the reset in IncreaseWindow) and ends slow start at 20 segments; Linux resets first. With trains
// off, the transfers over links of 1 Gbit/s and 1 ms change, all others are the same to the
// microsecond.
#include <cstdio>
#include <cstring>
#include <memory>
#include <ns3/core-module.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>
#include <ns3/traffic-control-module.h>
#include <string>
#include <vector>

using namespace ns3;

namespace {

constexpr uint16_t port = 7000;
constexpr double for_ever = 1e15;

void tcp_as_in_linux() {
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(TcpCubic::GetTypeId()));
  Config::SetDefault("ns3::TcpL4Protocol::RecoveryType", TypeIdValue(TcpPrrRecovery::GetTypeId()));
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
  Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
  Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(1));
  Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
  Config::SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(Seconds(1)));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(6 << 20));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(4 << 20));
  Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
  Config::SetDefault("ns3::TcpCubic::HyStartDetect", IntegerValue(2)); // delay
  Config::SetDefault("ns3::TcpCubic::HyStartDelayMax", TimeValue(MilliSeconds(16)));
  Config::SetDefault("ns3::TcpSocketBase::Sack", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::WindowScaling", BooleanValue(true));
}

double now() { return Simulator::Now().GetSeconds(); }

// A connection that carries `bytes` from one node to another as fast as it can.
class Stream {
public:
  double connected = 0, received = 0;
  uint64_t got = 0, got_at_mark = 0;

  Stream(Ptr<Node> from, Ptr<Node> to, Ipv4Address address, uint16_t where, double bytes,
         double start)
      : total_(bytes), left_(bytes) {
    listener_ = Socket::CreateSocket(to, TcpSocketFactory::GetTypeId());
    listener_->Bind(InetSocketAddress(Ipv4Address::GetAny(), where));
    listener_->Listen();
    listener_->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                 MakeCallback(&Stream::accepted, this));
    sender_ = Socket::CreateSocket(from, TcpSocketFactory::GetTypeId());
    sender_->SetConnectCallback(MakeCallback(&Stream::connect_returns, this),
                                MakeNullCallback<void, Ptr<Socket>>());
    sender_->SetSendCallback(MakeCallback(&Stream::fill, this));
    Simulator::Schedule(Seconds(start), [this, address, where] {
      sender_->Bind();
      sender_->Connect(InetSocketAddress(address, where));
    });
  }

  void mark() { got_at_mark = got; }

private:
  double total_, left_;
  bool open_ = false;
  Ptr<Socket> listener_, sender_, receiver_;

  void connect_returns(Ptr<Socket>) {
    connected = now();
    open_ = true;
    fill(sender_, sender_->GetTxAvailable());
  }

  void fill(Ptr<Socket>, uint32_t) {
    while (open_ && left_ > 0) {
      const uint32_t size =
          std::min<double>(left_, std::min<uint32_t>(65536, sender_->GetTxAvailable()));
      const int sent = size == 0 ? 0 : sender_->Send(Create<Packet>(size));
      if (sent <= 0)
        return;
      left_ -= sent;
    }
  }

  void accepted(Ptr<Socket> connection, const Address&) {
    receiver_ = connection;
    connection->SetRecvCallback(MakeCallback(&Stream::read, this));
  }

  void read(Ptr<Socket> connection) {
    while (Ptr<Packet> packet = connection->Recv())
      got += packet->GetSize();
    if (static_cast<double>(got) >= total_ && received == 0) {
      received = now();
      if (total_ < for_ever)
        Simulator::Stop();
    }
  }
};

// A client that sends a request of `bytes` every so often and waits for an answer of the same size.
class Asker {
public:
  std::vector<double> one_way, round_trip;

  Asker(Ptr<Node> from, Ptr<Node> to, Ipv4Address address, uint32_t bytes, double first,
        double pause, double last)
      : bytes_(bytes), pause_(pause), last_(last) {
    listener_ = Socket::CreateSocket(to, TcpSocketFactory::GetTypeId());
    listener_->Bind(InetSocketAddress(Ipv4Address::GetAny(), port - 1));
    listener_->Listen();
    listener_->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                 MakeCallback(&Asker::accepted, this));
    client_ = Socket::CreateSocket(from, TcpSocketFactory::GetTypeId());
    client_->Bind();
    client_->Connect(InetSocketAddress(address, port - 1));
    client_->SetRecvCallback(MakeCallback(&Asker::answered, this));
    Simulator::Schedule(Seconds(first), &Asker::ask, this);
  }

private:
  uint32_t bytes_;
  double pause_, last_, asked_ = 0;
  Ptr<Socket> listener_, client_, server_;

  void ask() {
    asked_ = now();
    client_->Send(Create<Packet>(bytes_));
  }

  void accepted(Ptr<Socket> connection, const Address&) {
    server_ = connection;
    connection->SetRecvCallback(MakeCallback(&Asker::asked, this));
  }

  void asked(Ptr<Socket> connection) {
    while (Ptr<Packet> packet = connection->Recv())
      one_way.push_back(now() - asked_);
    connection->Send(Create<Packet>(bytes_));
  }

  void answered(Ptr<Socket> connection) {
    while (Ptr<Packet> packet = connection->Recv())
      round_trip.push_back(now() - asked_);
    if (now() + pause_ < last_)
      Simulator::Schedule(Seconds(pause_), &Asker::ask, this);
  }
};

NetDeviceContainer link(Ptr<Node> a, Ptr<Node> b, double mbps, double ms, double queue_bytes,
                        int subnet) {
  PointToPointHelper helper;
  helper.SetDeviceAttribute("DataRate", DataRateValue(DataRate(uint64_t(mbps * 1e6))));
  helper.SetChannelAttribute("Delay", TimeValue(MicroSeconds(uint64_t(ms * 1000))));
  const QueueSize size(QueueSizeUnit::BYTES, uint32_t(queue_bytes));
  helper.SetQueue("ns3::DropTailQueue<Packet>", "MaxSize", QueueSizeValue(size));
  NetDeviceContainer devices = helper.Install(a, b);
  Ipv4AddressHelper addresses(("10.0." + std::to_string(subnet) + ".0").c_str(), "255.255.255.0");
  addresses.Assign(devices);
  TrafficControlHelper().Uninstall(devices); // the queue of the device is the only one
  return devices;
}

constexpr double never_full = 1e9;

Ipv4Address address_of(Ptr<Node> node) {
  return node->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
}

NodeContainer nodes(int count) {
  NodeContainer made;
  made.Create(count);
  InternetStackHelper().Install(made);
  return made;
}

// --- transfers: two hosts and a link ---

void transfers() {
  puts("mbps,ms,bytes,connected,received");
  for (double mbps : {10, 100, 1000})
    for (double ms : {1, 10, 100})
      for (double bytes : {1e4, 1e5, 1e6, 1e7}) {
        NodeContainer hosts = nodes(2);
        link(hosts.Get(0), hosts.Get(1), mbps, ms, never_full, 1);
        Stream stream(hosts.Get(0), hosts.Get(1), address_of(hosts.Get(1)), port, bytes, 0);
        Simulator::Run();
        printf("%g,%g,%.0f,%.6f,%.6f\n", mbps, ms, bytes, stream.connected, stream.received);
        Simulator::Destroy();
      }
}

// --- messages: on an idle link, and while a stream fills it ---

// Two hosts with fast links to two routers, between which is the bottleneck.
NodeContainer bottleneck(int pairs, double mbps, const std::vector<double>& ms, double queue_bytes,
                         Ptr<NetDevice>* beyond = nullptr) {
  NodeContainer all = nodes(2 * pairs + 2);
  Ptr<Node> left = all.Get(2 * pairs), right = all.Get(2 * pairs + 1);
  for (int i = 0; i < pairs; i++) {
    // Half a millisecond is the bottleneck's own; the rest is on the way of each pair.
    link(all.Get(2 * i), left, 10 * mbps, ms[i] - 0.5, never_full, 2 * i + 2);
    link(all.Get(2 * i + 1), right, 10 * mbps, 0, never_full, 2 * i + 3);
  }
  NetDeviceContainer devices = link(left, right, mbps, 0.5, queue_bytes, 1);
  if (beyond != nullptr)
    *beyond = devices.Get(1);
  Ipv4GlobalRoutingHelper::PopulateRoutingTables();
  return all;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void message(const char* name, double mbps, double ms, uint32_t bytes, bool stream,
             double queue_bytes) {
  NodeContainer all = stream ? bottleneck(1, mbps, {ms}, queue_bytes) : nodes(2);
  if (!stream)
    link(all.Get(0), all.Get(1), mbps, ms, never_full, 1);
  Asker asker(all.Get(0), all.Get(1), address_of(all.Get(1)), bytes, 10, 0.0537, 60);
  std::unique_ptr<Stream> other;
  if (stream)
    other =
        std::make_unique<Stream>(all.Get(0), all.Get(1), address_of(all.Get(1)), port, for_ever, 0);
  Simulator::Stop(Seconds(60));
  Simulator::Run();
  const std::vector<double>& all_trips = asker.round_trip;
  printf("%s,%g,%g,%u,%.0f,%.6f,%.6f,%.6f\n", name, mbps, ms, bytes, stream ? queue_bytes : 0,
         median(asker.one_way), median(all_trips),
         *std::max_element(all_trips.begin(), all_trips.end()));
  Simulator::Destroy();
}

void messages() {
  puts("case,mbps,ms,bytes,queue_bytes,one_way,round_trip,round_trip_max");
  for (double ms : {1, 10, 100})
    message("idle", 100, ms, 1, false, 0);
  for (double ms : {1, 10, 100})
    message("idle", 100, ms, 100, false, 0);
  for (double delays : {0.25, 1., 4.}) // how many bandwidth-delay products the queue holds
    message("busy", 100, 10, 100, true, delays * 100e6 / 8 * 0.02);
}

// --- the two ways to react to loss. ns-3's CUBIC knows no TCP-friendly region, where Linux's does
// as Reno would: it is right for large windows only, Reno for small ones. ---

const std::vector<std::pair<const char*, TypeId>>& congestion_controls() {
  static const std::vector<std::pair<const char*, TypeId>> known = {
      {"cubic", TcpCubic::GetTypeId()}, {"reno", TcpLinuxReno::GetTypeId()}};
  return known;
}

void use(TypeId congestion_control) {
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(congestion_control));
}

// --- loss: what a long stream carries, 100 Mbit/s, 20 ms of round trip ---

void loss(const char* name, double rate) {
  double sum = 0, low = 1e9, high = 0;
  const int runs = rate > 0 ? 3 : 1;
  for (int run = 1; run <= runs; run++) {
    RngSeedManager::SetRun(run);
    Ptr<NetDevice> beyond;
    NodeContainer all = bottleneck(1, 100, {10}, 100e6 / 8 * 0.02, &beyond);
    auto errors = CreateObject<RateErrorModel>();
    errors->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    errors->SetRate(rate);
    beyond->SetAttribute("ReceiveErrorModel", PointerValue(errors));
    Stream stream(all.Get(0), all.Get(1), address_of(all.Get(1)), port, for_ever, 0);
    Simulator::Schedule(Seconds(30), &Stream::mark, &stream);
    Simulator::Stop(Seconds(150));
    Simulator::Run();
    const double goodput = double(stream.got - stream.got_at_mark) * 8 / 120 / 1e6;
    sum += goodput;
    low = std::min(low, goodput);
    high = std::max(high, goodput);
    Simulator::Destroy();
  }
  printf("%s,100,10,%g,%.3f,%.3f,%.3f\n", name, rate, sum / runs, low, high);
}

void losses() {
  puts("control,mbps,ms,loss,goodput_mbps,lowest,highest");
  for (const auto& [name, control] : congestion_controls()) {
    use(control);
    for (double rate : {0., 0.001, 0.01, 0.05})
      loss(name, rate);
  }
}

// --- sharing: streams over one bottleneck of 100 Mbit/s ---

void share(const char* control, const std::string& name, const std::vector<double>& ms) {
  const double longest = *std::max_element(ms.begin(), ms.end());
  NodeContainer all = bottleneck(int(ms.size()), 100, ms, 100e6 / 8 * 2 * longest / 1000);
  std::vector<std::unique_ptr<Stream>> streams;
  for (size_t i = 0; i < ms.size(); i++) {
    streams.push_back(std::make_unique<Stream>(all.Get(2 * i), all.Get(2 * i + 1),
                                               address_of(all.Get(2 * i + 1)), port, for_ever,
                                               0.137 * double(i)));
    Simulator::Schedule(Seconds(30), &Stream::mark, streams.back().get());
  }
  Simulator::Stop(Seconds(150));
  Simulator::Run();
  for (size_t i = 0; i < ms.size(); i++)
    printf("%s,%s,%zu,%g,%.3f\n", control, name.c_str(), i, ms[i],
           double(streams[i]->got - streams[i]->got_at_mark) * 8 / 120 / 1e6);
  Simulator::Destroy();
}

void sharing() {
  puts("control,case,stream,ms,goodput_mbps");
  for (const auto& [name, control] : congestion_controls()) {
    use(control);
    for (int k : {2, 4, 8})
      share(name, "equal-" + std::to_string(k), std::vector<double>(k, 10));
    share(name, "unequal-10-40", {10, 40});
    share(name, "unequal-10-20-40-80", {10, 20, 40, 80});
  }
}

} // namespace

int main(int count, char** arguments) {
  tcp_as_in_linux();
  const std::string what = count > 1 ? arguments[1] : "";
  if (what == "transfers")
    transfers();
  else if (what == "messages")
    messages();
  else if (what == "loss")
    losses();
  else if (what == "sharing")
    sharing();
  else
    return fprintf(stderr, "usage: ns3 transfers | messages | loss | sharing\n"), 2;
  return 0;
}
