from django.urls import path

from hansa.portal import views

urlpatterns = [
    path("", views.land, name="land"),
    path("w/<slug:workspace>/", views.home, name="home"),
]
